using System.Globalization;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Server.Options;

/// <summary>
/// How many connections the process has file descriptors for. A process that has none left does not serve on: the runtime aborts it. So
/// connections get what is left of the limit after a reserve for everything else: about 250 for the program's own files, 24 connections to
/// a database, the other nodes, the management endpoint, logs, and sockets that are accepted only to be closed.
/// </summary>
/// <param name="Descriptors">What the process may open (RLIMIT_NOFILE, hard, to which the runtime raises itself); null: not known, or no
/// limit.</param>
internal sealed record DescriptorBudget(int? Descriptors)
{
    /// <summary>Descriptors that connections of peers never get.</summary>
    public const int Reserve = 512;

    /// <summary>With fewer connections than these a server is of no use.</summary>
    public const int LeastConnections = 64;

    private const string LimitsFile = "/proc/self/limits";
    private const string Row = "Max open files";

    /// <summary>Why the server cannot be started with so few descriptors, or null.</summary>
    public string? Refusal => Descriptors < Reserve + LeastConnections
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"this process may open {Descriptors} files and needs at least {Reserve + LeastConnections}, {Reserve} of them for itself "
            + $"and one for each connection; "
            + $"raise the limit (ulimit -n, LimitNOFILE= in systemd, --ulimit nofile= in Docker).")
        : null;

    /// <summary>The budget of this process.</summary>
    public static DescriptorBudget OfThisProcess() => new(File.Exists(LimitsFile) ? Read(File.ReadAllText(LimitsFile)) : null);

    /// <summary>The hard limit in the text of <c>/proc/self/limits</c>; null when it is unlimited, or not there.</summary>
    public static int? Read(string limits)
    {
        string? row = limits.Split('\n').FirstOrDefault(line => line.StartsWith(Row, StringComparison.Ordinal));
        string[] fields = row?[Row.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return fields.Length >= 2 && long.TryParse(fields[1], CultureInfo.InvariantCulture, out long hard)
            ? (int)Math.Min(hard, int.MaxValue)
            : null;
    }

    /// <summary>The wanted number of connections, or as many as there are descriptors for.</summary>
    public int Bound(int wanted) => Descriptors is { } all ? Math.Min(wanted, Math.Max(1, all - Reserve)) : wanted;

    /// <summary>Bounds the connections of a host by what is wanted, and by what there are descriptors for.</summary>
    /// <param name="limits">The host's.</param>
    /// <param name="wanted">How many connections an operator asked for; null: the host's own number.</param>
    public void Bound(Libp2pLimits limits, int? wanted)
    {
        limits.MaxConnections = Bound(wanted ?? limits.MaxConnections);
        // Newcomers never fill the whole house: silent ones make place for others, but only among themselves.
        limits.MaxPendingHandshakes = Math.Min(limits.MaxPendingHandshakes, Math.Max(1, limits.MaxConnections / 4));
    }
}
