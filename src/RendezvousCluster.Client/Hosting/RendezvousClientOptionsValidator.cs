using Microsoft.Extensions.Options;

namespace RendezvousCluster.Client.Hosting;

/// <summary>Stops an application at its start when its options cannot be used, and says why.</summary>
internal sealed class RendezvousClientOptionsValidator : IValidateOptions<RendezvousClientOptions>
{
    public ValidateOptionsResult Validate(string? name, RendezvousClientOptions options) =>
        options.Validate() is { Count: > 0 } failures ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
}
