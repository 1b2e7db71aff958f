// An ASP.NET Core application that is registered while it runs, and knows who else is. Start several of them.
//
//   dotnet run --project examples/csharp/worker -- --urls http://127.0.0.1:5000 --Rendezvous:Points:0 <a point's multiaddr>
using RendezvousCluster.Client;
using RendezvousCluster.Client.Hosting;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Multiformats;

const string Namespace = "workers";

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);

// A node that other machines dial listens on /ip4/0.0.0.0/tcp/<port>.
builder.Services.AddLibp2pHosting(libp2p => libp2p.ListenAddresses.Add(Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")));

// Registered from here on, however late its points start, and unregistered before the application stops.
builder.Services.AddRendezvousClient(rendezvous => rendezvous.Namespaces.Add(Namespace));
builder.Services.Configure<RendezvousClientOptions>(builder.Configuration.GetSection("Rendezvous"));

WebApplication app = builder.Build();

app.MapGet("/", (Libp2pHost host) => host.PeerId.ToString());

// The peer ids of all workers, this one among them.
app.MapGet("/workers", (RendezvousClient client, CancellationToken cancellationToken) =>
    client.DiscoverAsync(Namespace, cancellationToken: cancellationToken).Select(peer => peer.PeerId.ToString()));

await app.RunAsync();
