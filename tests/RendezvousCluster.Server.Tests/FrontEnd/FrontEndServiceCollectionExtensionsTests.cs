using Microsoft.Extensions.DependencyInjection;
using RendezvousCluster.Core;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Server.FrontEnd;

namespace RendezvousCluster.Server.Tests.FrontEnd;

public sealed class FrontEndServiceCollectionExtensionsTests
{
    [Fact]
    public void Handler_serves_the_ids_that_are_configured()
    {
        using ServiceProvider services = new ServiceCollection()
            .AddLogging()
            .AddMetrics()
            .AddSingleton<IRegistry>(new ScriptedRegistry())
            .AddRendezvousFrontEnd()
            .Configure<FrontEndOptions>(options => options.ProtocolIds = ["/vac/waku/rendezvous/1.0.0"])
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true });
        Assert.Equal(["/vac/waku/rendezvous/1.0.0"], Assert.Single(services.GetServices<IStreamHandler>()).ProtocolIds);
    }
}
