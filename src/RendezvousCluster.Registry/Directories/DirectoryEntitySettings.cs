using Microsoft.Extensions.Logging;
using RendezvousCluster.Registry.Entities;

namespace RendezvousCluster.Registry.Directories;

/// <summary>What a part of the directory is given besides its id.</summary>
/// <param name="Time">The clock of everything that is listed.</param>
/// <param name="MaxNamespaces">How many namespaces one part lists.</param>
/// <param name="Logger">Where it tells of trouble.</param>
internal sealed record DirectoryEntitySettings(TimeProvider Time, int MaxNamespaces, ILogger Logger) : JournalEntitySettings(Time, Logger);
