using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RendezvousCluster.Client.Registrations;

namespace RendezvousCluster.Client.Hosting;

/// <summary>Keeps the application registered in the namespaces of its options, from its start to its stop.</summary>
internal sealed class RegistrationService(RendezvousClient client, IOptions<RendezvousClientOptions> options) : IHostedService
{
    private readonly List<RegistrationHandle> _registrations = [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (string name in options.Value.Namespaces.Distinct(StringComparer.Ordinal))
        {
            _registrations.Add(client.StartRegistration(name, options.Value.Ttl));
        }

        return Task.CompletedTask;
    }

    /// <summary>
    /// Takes the registrations back. When the application has no time left it stops without waiting for the points: they forget at the end
    /// of the TTL.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(_registrations.Select(registration => registration.DisposeAsync().AsTask()))
            .WaitAsync(cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // their ends never throw: only the wait for them does
}
