using Google.Protobuf.WellKnownTypes;

namespace Broadsheet.Content.V1;

/// <summary>What communities and creators have in common: stories refer to them by name and show their display name.</summary>
public interface IProfile
{
    /// <summary>Resource name.</summary>
    string Name { get; set; }

    /// <summary>Opaque; required on updates.</summary>
    string Etag { get; set; }

    /// <summary>The name that is shown.</summary>
    string DisplayName { get; set; }

    /// <summary>The address for people, as it was typed.</summary>
    string Handle { get; set; }

    /// <summary>When it was created.</summary>
    Timestamp CreateTime { get; set; }

    /// <summary>When it last changed.</summary>
    Timestamp UpdateTime { get; set; }

    /// <summary>How many follow it.</summary>
    int FollowerCount { get; set; }

    /// <summary>How many published stories it has.</summary>
    int StoryCount { get; set; }
}

public partial class Community : IProfile;

public partial class Creator : IProfile;
