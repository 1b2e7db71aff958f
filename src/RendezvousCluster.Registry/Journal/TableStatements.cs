using System.Reflection;

namespace RendezvousCluster.Registry.Journal;

/// <summary>The embedded files that make the tables.</summary>
internal static class TableStatements
{
    internal static string Read(string file)
    {
        Assembly assembly = typeof(TableStatements).Assembly;
        using Stream stream = assembly.GetManifestResourceStream($"{typeof(TableStatements).Namespace}.{file}")
            ?? throw new InvalidOperationException($"{file} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
