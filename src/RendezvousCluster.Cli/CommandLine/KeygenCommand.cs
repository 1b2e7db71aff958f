using System.CommandLine;
using RendezvousCluster.Cli.Output;
using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Cli.CommandLine;

/// <summary>
/// <c>rendezvous keygen</c>: makes an identity's key file, which only its owner can read, or tells whose an existing one is.
/// </summary>
internal static class KeygenCommand
{
    private static readonly Argument<string> KeyFile = new("file") { Description = "The key file; one that exists is kept." };

    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON." };

    public static Command Create()
    {
        var command = new Command("keygen", "Make a new Ed25519 identity, or show the peer id of an existing one.") { KeyFile, Json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult result)
    {
        string file = result.GetRequiredValue(KeyFile);
        bool isNew = !File.Exists(file);
        KeyPair keys = IdentityKeyFile.LoadOrCreate(file);
        new Report(result.InvocationConfiguration.Output, result.GetValue(Json))
            .Say(new { @event = isNew ? "made" : "kept", file, peer = keys.PeerId.ToString() }, keys.PeerId.ToString());
        return ExitCodes.Success;
    }
}
