namespace RendezvousCluster.Server.Management.Admin.Answers;

/// <summary>Why a request is not answered.</summary>
/// <param name="Error">One line for the operator.</param>
internal sealed record AdminProblem(string Error);
