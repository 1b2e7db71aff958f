namespace RendezvousCluster.Registry;

/// <summary>The registry cannot start. The message is one line for the operator: what is wrong and with which file or setting.</summary>
public sealed class RegistryStartException : Exception
{
    /// <summary>Makes one.</summary>
    public RegistryStartException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
