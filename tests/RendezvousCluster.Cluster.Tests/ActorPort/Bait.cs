namespace RendezvousCluster.Cluster.Tests.ActorPort;

/// <summary>What an attacker would have a node make. It counts how often it is made.</summary>
public sealed class Bait
{
    private static int _made;

    public Bait() => Interlocked.Increment(ref _made);

    /// <summary>How often one was made, or deployed.</summary>
    public static int Made => _made;

    /// <summary>The text from which a serializer that looks up types would make one.</summary>
    internal static byte[] Json => System.Text.Encoding.UTF8.GetBytes($$"""{"$type":"{{TypeName}}"}""");

    /// <summary>How such a serializer calls it.</summary>
    internal static string TypeName => $"{typeof(Bait).FullName}, {typeof(Bait).Assembly.GetName().Name}";

    internal static void Deployed() => Interlocked.Increment(ref _made);
}
