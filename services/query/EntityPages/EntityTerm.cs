using System.Collections.Concurrent;

namespace Broadsheet.Query.EntityPages;

/// <summary>
/// An entity with the type and the name that some stories have for it. It and its id have numbers that are the same in every
/// segment, so that counting entities is counting by number. A number is kept until the process ends.
/// </summary>
internal sealed class EntityTerm
{
    private static readonly Search.NameTable Ids = new();
    private static readonly ConcurrentDictionary<string, EntityTerm> Known = new(StringComparer.Ordinal);

    private EntityTerm(string term)
    {
        var parts = term.Split('\t', 3);
        (Id, Type, Name) = (parts[0], parts[1], parts[2]);
        Number = Ids.NumberOf(Id);
        // "Jr." is no surname.
        var words = Id.Split('-');
        var last = words.Length > 2 && words[^1] is "jr" or "sr" or "ii" or "iii" ? words[^2] : words[^1];
        Surname = Type == "PER" && words.Length > 1 && last.Length > 1 ? Ids.NumberOf(last) : -1;
    }

    /// <summary>How many ids have numbers, from 0.</summary>
    public static int Count => Ids.Count;

    /// <summary>Id of the entity.</summary>
    public string Id { get; }

    /// <summary>PER, ORG, LOC or MISC.</summary>
    public string Type { get; }

    /// <summary>The fullest name.</summary>
    public string Name { get; }

    /// <summary>Number of the id.</summary>
    public int Number { get; }

    /// <summary>Number of the id that the last name alone of this person has; -1 if there is none.</summary>
    public int Surname { get; }

    /// <summary>How the entity stands in the index.</summary>
    public static string Write(StoryEntity entity) => $"{entity.Id}\t{entity.Type}\t{entity.Name}";

    /// <summary>What stands in the index.</summary>
    public static EntityTerm Read(string term) => Known.GetOrAdd(term, static term => new EntityTerm(term));

    /// <summary>Number of an id.</summary>
    public static int NumberOf(string id) => Ids.NumberOf(id);

    /// <summary>Number of an id, or null if no story ever had it.</summary>
    public static int? Find(string id) => Ids.Find(id);

    /// <summary>The id that has the number.</summary>
    public static string IdOf(int number) => Ids.NameOf(number);
}
