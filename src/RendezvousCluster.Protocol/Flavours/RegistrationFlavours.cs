namespace RendezvousCluster.Protocol.Flavours;

/// <summary>
/// A set of <see cref="RegistrationFlavour"/>s. The numbers stand in cookies and in messages between nodes: they are never changed.
/// </summary>
[Flags]
public enum RegistrationFlavours
{
    /// <summary>No flavour; in a message or a cookie that may name a set, that it names none.</summary>
    None = 0,

    /// <summary><see cref="RegistrationFlavour.Standard"/>.</summary>
    Standard = 1 << RegistrationFlavour.Standard,

    /// <summary><see cref="RegistrationFlavour.RoutingState"/>.</summary>
    RoutingState = 1 << RegistrationFlavour.RoutingState,

    /// <summary><see cref="RegistrationFlavour.PeerInfo"/>.</summary>
    PeerInfo = 1 << RegistrationFlavour.PeerInfo,

    /// <summary>Both flavours of signed records.</summary>
    BothSigned = Standard | RoutingState,

    /// <summary>Every flavour.</summary>
    All = BothSigned | PeerInfo,
}
