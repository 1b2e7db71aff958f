using RendezvousCluster.Cli.CommandLine;

return await RendezvousTool.RunAsync(args, Console.Out, Console.Error);
