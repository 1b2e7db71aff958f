namespace RendezvousCluster.Server.Management.Admin.Answers;

/// <summary>One namespace.</summary>
/// <param name="Name">The namespace.</param>
/// <param name="Shard">The shard that it is in.</param>
/// <param name="Owner">The node that has the shard; null when none that answered has it.</param>
/// <param name="Registrations">A page of its registrations, by their order of arrival.</param>
/// <param name="Next">Where the next page begins, for <c>after</c>; null when there is none.</param>
internal sealed record NamespaceAnswer(
    string Name, string Shard, string? Owner, IReadOnlyList<RegistrationRow> Registrations, string? Next);

/// <summary>A registration.</summary>
/// <param name="Peer">The peer that made it.</param>
/// <param name="Flavour">The form of its record.</param>
/// <param name="SecondsLeft">For how much longer it lives.</param>
/// <param name="Addresses">Where the peer says that it can be reached.</param>
internal sealed record RegistrationRow(string Peer, string Flavour, long SecondsLeft, IReadOnlyList<string> Addresses);
