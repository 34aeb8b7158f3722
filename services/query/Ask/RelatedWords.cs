using System.Collections.Frozen;
using Broadsheet.Query.Language;

namespace Broadsheet.Query.Ask;

/// <summary>
/// Words that may say the same in a question and in its answer ("how big", "area"). They are weaker than the senses of
/// <see cref="Stems"/>: a sentence with a related word ranks higher, but nothing is taken for said because of one.
/// </summary>
internal static class RelatedWords
{
    // Long words that begin alike are mostly of one family ("economy", "economic"), which stems keep apart.
    private const int LeastShared = 5;
    private const int MostDifferent = 4;

    private static readonly FrozenDictionary<string, int[]> Groups = Read("""
        begin start commence initiate launch open establish found origin first introduce early emerge inception
        end finish conclude close cease stop terminate last final until
        create make produce build construct form develop generate invent design devise manufacture
        found establish create form start set institute
        destroy demolish ruin wreck raze burn collapse
        kill die death dead murder assassinate execute casualty fatality lose life
        bear born birth native
        marry wife husband spouse wed marriage bride
        win victory beat triumph champion title award prize earn
        lose defeat loss fail failure
        attack invade raid assault strike bomb invasion
        conquer capture seize occupy take annex control
        war battle conflict fight military combat
        army military troop soldier force
        buy purchase acquire acquisition
        sell sale trade
        cost price pay worth value fee expensive spend budget
        money fund finance revenue income currency dollar profit
        big large great huge major area size vast
        small little minor tiny
        tall high height elevation altitude
        long length distance mile kilometre
        old age ancient oldest early
        new modern recent latest
        fast speed quick rapid
        many number amount several numerous total
        most largest majority mainly primarily chief
        percent percentage proportion share fraction rate
        population people inhabitant resident live census
        live reside home house dwell inhabit residence
        locate situate lie place position site location stand
        near close adjacent beside next vicinity
        border neighbour bound adjoin
        north northern
        south southern
        east eastern
        west western
        capital city town metropolis municipal
        country nation state national kingdom
        rule govern reign ruler king emperor monarch government
        leader head chief president director commander lead
        president presidency presidential elect election
        elect vote election ballot win
        law legislation act bill statute legal
        court judge trial justice judicial
        crime criminal arrest prison convict jail
        religion religious faith church belief worship
        god deity divine
        write author book novel writer publish poem
        publish release print issue appear
        film movie picture cinema
        music song album record musician
        sing singer vocal song
        play perform actor role star cast performance portray
        paint artist painting picture
        build architect construct design building
        school student university college education teach study
        teach teacher education instruct
        study research learn examine investigate
        scientist research physicist science
        discover find discovery identify detect
        know call name term refer title nickname dub
        mean meaning define definition refer denote
        word term name language
        speak language say speech
        say state claim argue assert declare describe write
        believe think consider regard view hold
        suggest propose recommend proposal
        want desire seek wish aim intend
        need require necessary must demand
        allow permit let enable authorize
        ban prohibit forbid outlaw
        prevent stop block avoid
        help assist aid support
        use utilize employ apply usage
        cause lead result due reason because
        reason because due purpose
        effect affect impact influence result
        change alter modify shift convert become
        increase rise grow growth expand gain
        decrease decline fall drop reduce reduction
        move migrate relocate transfer travel
        arrive come reach enter
        leave depart exit abandon
        send transport ship deliver
        receive get obtain gain earn
        give provide supply offer grant donate
        contain include hold comprise consist
        consist compose comprise make include
        part component section portion piece element
        type kind form category class variety
        example such include like instance
        similar like resemble same alike
        different differ distinct vary difference
        important significant major key main essential
        famous notable known renowned popular
        popular common widespread prevalent
        happen occur take event incident
        event incident occasion festival
        problem issue difficulty trouble
        plan scheme project program
        join member enter membership
        member belong join
        group organization organisation association party team
        company business firm corporation industry
        work job employ employment labour worker
        farm agriculture crop grow cultivate
        food eat diet feed
        drink beverage alcohol
        animal species creature
        plant tree flora vegetation
        river stream water flow
        sea ocean coast marine
        mountain peak hill range
        weather climate temperature rain
        hot warm heat temperature
        cold cool winter
        disease illness infection sick disorder
        doctor physician medical medicine hospital
        treat treatment therapy cure
        body organ human
        car automobile vehicle
        road street highway route
        train rail railway railroad station
        airport airline flight aircraft fly plane
        bridge cross span
        game match play season
        team club player
        sport athletic football
        television tv broadcast air channel show
        network channel station broadcast
        computer software system machine
        device machine tool instrument
        energy power electricity electric
        light lamp illuminate
        color colour black white red blue green
        sound noise audio
        year annual century decade
        child son daughter kid
        father parent mother
        man male men
        woman female women
        friend ally companion
        enemy opponent rival
        agree agreement treaty accord sign
        sign signature treaty
        replace succeed substitute successor
        succeed successor follow
        precede predecessor before prior
        return back restore
        remain stay still continue
        continue persist remain
        try attempt
        show display demonstrate exhibit
        separate divide split
        unite join merge combine union
        protect defend defense guard safeguard
        free freedom independent independence liberty
        slave slavery
        poor poverty
        rich wealthy wealth
        black african
        ethnic race racial
        immigrant immigration migrate
        """);

    /// <summary>True if words of two senses may say the same.</summary>
    public static bool AreRelated(string one, string other) =>
        Groups.TryGetValue(one, out var groups) && Groups.TryGetValue(other, out var others) && groups.AsSpan().ContainsAny(others);

    /// <summary>True if two words in lower case are of one family by how they begin.</summary>
    public static bool BeginAlike(string one, string other)
    {
        if (one.Length < LeastShared || other.Length < LeastShared)
        {
            return false;
        }

        var shared = one.AsSpan().CommonPrefixLength(other);
        return shared >= LeastShared && shared >= Math.Max(one.Length, other.Length) - MostDifferent;
    }

    private static FrozenDictionary<string, int[]> Read(string lines) => lines.Split('\n')
        .SelectMany((line, number) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => (Sense: Stems.Of(word), Group: number)))
        .Distinct()
        .GroupBy(pair => pair.Sense, StringComparer.Ordinal)
        .ToFrozenDictionary(group => group.Key, group => group.Select(pair => pair.Group).ToArray(), StringComparer.Ordinal);
}
