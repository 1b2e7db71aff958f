using System.IO.Pipelines;
using System.Text;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Negotiation;

/// <summary>The other end of a negotiation, played by the test: it sends raw lines and expects raw lines.</summary>
internal sealed class NegotiationPeer(IDuplexPipe pipe)
{
    public const string Header = "/multistream/1.0.0";

    public async Task SendAsync(params string[] lines) => await SendRawAsync(string.Concat(lines.Select(Message)));

    /// <summary>Sends text whose characters are bytes.</summary>
    public async Task SendRawAsync(string latin1) => await pipe.Output.WriteAsync(Encoding.Latin1.GetBytes(latin1)).Within();

    public async Task CloseAsync() => await pipe.Output.CompleteAsync();

    public async Task ExpectAsync(params string[] lines)
    {
        string expected = string.Concat(lines.Select(Message));
        ReadResult result = await pipe.Input.ReadAtLeastAsync(expected.Length).Within();
        string received = Encoding.Latin1.GetString(result.Buffer);
        pipe.Input.AdvanceTo(result.Buffer.End);
        Assert.Equal(expected, received);
    }

    /// <summary>Nothing more lies in the pipe. Meaningful once the negotiation under test has ended.</summary>
    public void ExpectNothing() => Assert.False(pipe.Input.TryRead(out ReadResult result) && !result.Buffer.IsEmpty);

    /// <summary>A short line (under 127 bytes) as it stands on the wire.</summary>
    public static string Message(string line) => (char)(line.Length + 1) + line + "\n";
}
