namespace RendezvousCluster.Server.Tests.Management;

/// <summary>
/// Tests of a whole server, alone in their process while they run: a server's metrics and traces are collected by the name of their source,
/// so it would see those of another one.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class WholeServerCollection
{
    public const string Name = "whole server";
}
