using Microsoft.Extensions.Options;
using RendezvousCluster.Server.FrontEnd;

namespace RendezvousCluster.Server.Options;

/// <summary>Brings the front end's own check of its options into the host's validation.</summary>
internal sealed class FrontEndOptionsValidator : IValidateOptions<FrontEndOptions>
{
    public ValidateOptionsResult Validate(string? name, FrontEndOptions options)
    {
        IReadOnlyList<string> failures = options.Validate();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
