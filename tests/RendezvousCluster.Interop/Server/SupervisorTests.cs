using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Processes;

namespace RendezvousCluster.Interop.Server;

/// <summary>The server under a supervisor that speaks as systemd does.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SupervisorTests : IDisposable
{
    private const int MaxNoticeBytes = 4096;

    private readonly TemporaryFolder _folder = new();
    private readonly Socket _supervisor = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public void Dispose()
    {
        _supervisor.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_server_reports_that_it_serves_that_it_runs_and_that_it_stops()
    {
        string path = _folder.File("notify");
        _supervisor.Bind(new UnixDomainSocketEndPoint(path));
        await using var server = ChildProcess.Start(
            "the server",
            "env",
            [
                $"NOTIFY_SOCKET={path}", "WATCHDOG_USEC=600000", "dotnet", Repository.ServerAssembly, "--listen", "/ip4/127.0.0.1/tcp/0",
                "--management", "none", "--data-dir", _folder.File("data"),
            ],
            _folder.Path);

        await server.Explain(NoticeAsync("READY=1"));
        Assert.NotNull(await server.ReadLineAsync());

        // Two of them: one may have been sent before.
        await server.Explain(NoticeAsync("WATCHDOG=1"));
        await server.Explain(NoticeAsync("WATCHDOG=1"));

        server.Terminate();
        await server.Explain(NoticeAsync("STOPPING=1"));
        Assert.Equal(0, await server.ExitAsync());
    }

    private async Task NoticeAsync(string awaited)
    {
        byte[] buffer = new byte[MaxNoticeBytes];
        string notice;
        do
        {
            int length = await _supervisor.ReceiveAsync(buffer).Within(awaited: $"the notice {awaited}");
            notice = Encoding.UTF8.GetString(buffer, 0, length);
        }
        while (!notice.Split('\n').Contains(awaited));
    }
}
