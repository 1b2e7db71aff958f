using Akka.Configuration;

namespace RendezvousCluster.Registry;

/// <summary>Files that stand in the source beside the code that needs them, and travel in the assembly.</summary>
internal static class EmbeddedFile
{
    /// <summary>The text of a file.</summary>
    /// <param name="neighbour">A type in the same folder.</param>
    /// <param name="name">The name of the file.</param>
    internal static string Read(Type neighbour, string name)
    {
        using Stream stream = neighbour.Assembly.GetManifestResourceStream($"{neighbour.Namespace}.{name}")
            ?? throw new InvalidOperationException($"{name} is not embedded beside {neighbour.Name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>The settings of the actor system in a file.</summary>
    /// <param name="neighbour">A type in the same folder.</param>
    /// <param name="name">The name of the file.</param>
    internal static Config ReadConfiguration(Type neighbour, string name) => ConfigurationFactory.ParseString(Read(neighbour, name));
}
