using System.Globalization;

namespace RendezvousCluster.Interop.Processes;

/// <summary>The TCP ports on which a process listens, as <c>ss -ltnp</c> tells them.</summary>
internal static class ListeningPorts
{
    private const string Listening = "0A";

    /// <summary>Of a process of this user.</summary>
    public static int[] Of(int processId)
    {
        HashSet<string> sockets = [.. Directory.GetFiles($"/proc/{processId}/fd")
            .Select(descriptor => new FileInfo(descriptor).LinkTarget)
            .Where(target => target?.StartsWith("socket:[", StringComparison.Ordinal) is true)
            .Select(target => target!["socket:[".Length..^1])];
        return
        [
            .. from table in (string[])["tcp", "tcp6"]
               from line in File.ReadLines($"/proc/{processId}/net/{table}").Skip(1)
               let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
               where fields[3] == Listening && sockets.Contains(fields[9])
               select int.Parse(fields[1].Split(':')[^1], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
        ];
    }
}
