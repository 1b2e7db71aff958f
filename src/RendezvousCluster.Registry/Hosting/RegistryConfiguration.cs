using System.Reflection;
using Akka.Configuration;
using Akka.Persistence.Sql;
using RendezvousCluster.Registry.Journal;

namespace RendezvousCluster.Registry.Hosting;

/// <summary>Puts the actor system's configuration together from the files beside this one.</summary>
internal static class RegistryConfiguration
{
    internal static Config ForSqlite(SqliteDatabase journal, SqliteDatabase snapshots) =>
        ConfigurationFactory.ParseString(
                $"akka.persistence.journal.sql.connection-string = {Quote(journal.ConnectionString)}\n"
                + $"akka.persistence.snapshot-store.sql.connection-string = {Quote(snapshots.ConnectionString)}\n")
            .WithFallback(Read("sqlite.conf"))
            .WithFallback(Read("registry.conf"))
            .WithFallback(SqlPersistence.DefaultConfiguration);

    internal static Config ForMemory() => Read("memory.conf").WithFallback(Read("registry.conf"));

    /// <summary>One of the embedded files.</summary>
    internal static Config Read(string file)
    {
        Assembly assembly = typeof(RegistryConfiguration).Assembly;
        using Stream stream = assembly.GetManifestResourceStream($"{typeof(RegistryConfiguration).Namespace}.{file}")
            ?? throw new InvalidOperationException($"{file} is not embedded.");
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }

    private static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
