using Akka.Actor.Setup;
using LinqToDB;

namespace RendezvousCluster.Registry.Journal;

/// <summary>How <see cref="RegistryJournal"/> opens its database; beside the configuration, so that no secret stands there.</summary>
/// <param name="data">For linq2db.</param>
internal sealed class JournalDataSetup(DataOptions data) : Setup
{
    /// <summary>For linq2db.</summary>
    public DataOptions Data => data;
}
