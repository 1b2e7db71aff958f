using RendezvousCluster.Server.CommandLine;

return await ServerCommand.RunAsync(args);
