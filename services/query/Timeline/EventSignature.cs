using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Broadsheet.Query.V1;

namespace Broadsheet.Query.Timeline;

/// <summary>What tellings of events are compared by.</summary>
/// <param name="Key">What happened to whom, and whether it did: equal for tellings of one event. Empty if the clause does not say it.</param>
/// <param name="IsOnce">True if it happens once only, so that another date is a disagreement.</param>
/// <param name="Modality">Whether it happened.</param>
/// <param name="Quality">How well the sentence tells it, 0 to 255.</param>
/// <param name="Names">Ids of what the sentence names, by every name that the story has for it.</param>
internal sealed record EventSignature(string Key, bool IsOnce, EventModality Modality, int Quality, IReadOnlyList<string> Names)
{
    /// <summary>The number that stands for the key; for an event without key one that no other event has.</summary>
    public long Number(string story, int ordinal) => NumberOf(Key.Length > 0 ? Key : FormattableString.Invariant($"{story} {ordinal}"));

    /// <summary>A number made from a text, the same on every replica.</summary>
    public static long NumberOf(string text) => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
