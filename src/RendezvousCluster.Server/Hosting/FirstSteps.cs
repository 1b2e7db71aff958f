using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Registry;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Hosting;

/// <summary>
/// What somebody who has started a server at a terminal wants to know next: where health and metrics are, where data lies, what is not
/// encrypted, and one command that shows that the point works. Programs that start a server never see it.
/// </summary>
internal static class FirstSteps
{
    private const string Tool = "rendezvous";

    /// <summary>The lines.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="management">Where health and metrics are, as a URL; null when they are nowhere.</param>
    /// <param name="point">An address of the point with its peer id; null on a node without peers.</param>
    /// <param name="tool">How the tool is called on this machine, as <see cref="FindTool"/> says.</param>
    public static IReadOnlyList<string> Lines(ServerOptions options, string? management, string? point, string tool)
    {
        string?[] lines =
        [
            string.Empty,
            management is null
                ? "Health and metrics: nowhere (--management)"
                : $"Health and metrics: {management}/readyz and {management}/metrics",
            $"Data: {DataOf(options)}",
            IsOpen(options) ? "Between nodes nothing is encrypted, and every program that reaches their port controls them: see "
                + "--cluster-certificate" : null,
            point is null ? null : "To try it, paste this in another terminal:",
            point is null ? null : Try(point, tool),
            string.Empty,
        ];
        return [.. lines.OfType<string>().Select(line => VisibleText.Of(line, VisibleConsole.MaxMessageLength))];
    }

    /// <summary>
    /// How the tool is called here: by its name if it is installed, from its project in a clone, else by its name all the same.
    /// </summary>
    /// <param name="path">The variable PATH.</param>
    /// <param name="program">The folder of this program.</param>
    public static string FindTool(string? path, string program)
    {
        bool isInstalled = (path ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => File.Exists(Path.Combine(folder, Tool)) || File.Exists(Path.Combine(folder, Tool + ".exe")));
        string[] above = [.. Parents(program).Select(folder => Path.Combine(folder, "RendezvousCluster.Cli")).Where(Directory.Exists)];
        return isInstalled || above is [] ? Tool : $"dotnet run -c Release --project {Quoted(above[0])} --";
    }

    // The registration ends by itself. An address of loopback is registered, so that it works on a machine without a network too.
    private static string Try(string point, string tool) =>
        $"P={point}; {tool} register demo --once --listen /ip4/127.0.0.1/tcp/0 --point $P && {tool} discover demo --point $P";

    private static string DataOf(ServerOptions options)
    {
        string registrations =
            !options.IsRegistry ? "registrations at other nodes"
            : !options.StorageOrDefault.OutlivesProcess() ? "registrations in memory only, until the server ends"
            : options.StorageOrDefault.NeedsConnectionString() ? $"registrations in the {options.StorageOrDefault.Name()} database"
            : $"registrations in {Path.GetFullPath(options.DataDirectory)}";
        return options.IsFrontEnd ? $"{registrations}, identity in {Path.GetFullPath(options.IdentityPath)}" : registrations;
    }

    // A node that nobody can join has no port.
    private static bool IsOpen(ServerOptions options) =>
        (options.ClusterBind is not null || options.Seeds.Length > 0) && options.ClusterCertificate is null;

    private static string Quoted(string path) => path.Contains(' ', StringComparison.Ordinal) ? $"'{path}'" : path;

    private static IEnumerable<string> Parents(string folder)
    {
        for (DirectoryInfo? parent = new DirectoryInfo(folder).Parent; parent is not null; parent = parent.Parent)
        {
            yield return parent.FullName;
        }
    }
}
