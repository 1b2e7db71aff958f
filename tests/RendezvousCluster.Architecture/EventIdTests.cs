using System.Globalization;
using System.Text.RegularExpressions;

namespace RendezvousCluster.Architecture;

/// <summary>Event ids are what operators filter and alert by: each means one thing, and lies in the range of its part.</summary>
public partial class EventIdTests
{
    private static readonly (string Folder, int First, int Last)[] Ranges =
    [
        ("src/RendezvousCluster.Libp2p/Hosting/", 1000, 1099),
        ("src/RendezvousCluster.Libp2p/Transports/", 1100, 1199),
        ("src/RendezvousCluster.Libp2p.Kestrel/", 1100, 1199),
        ("src/RendezvousCluster.Libp2p/Security/", 1200, 1299),
        ("src/RendezvousCluster.Libp2p/Muxing/", 1300, 1399),
        ("src/RendezvousCluster.Libp2p/Protocols/", 1400, 1499),
        ("src/RendezvousCluster.Registry/", 2000, 2999),
        ("src/RendezvousCluster.Server/FrontEnd/", 3000, 3099),
        ("src/RendezvousCluster.Server/", 3000, 3999),
        ("src/RendezvousCluster.Client/", 5000, 5999),
    ];

    [Fact]
    public void No_event_id_is_used_twice()
    {
        string[] twice =
        [
            .. from message in Messages()
               group message.Path by message.Id into uses
               where uses.Count() > 1
               select $"{uses.Key}: {string.Join(", ", uses)}",
        ];

        Assert.True(twice.Length == 0, "Give each log message an id of its own:\n" + string.Join('\n', twice));
    }

    [Fact]
    public void Every_event_id_lies_in_the_range_of_its_folder()
    {
        string[] outside =
        [
            .. from message in Messages()
               let range = Ranges.FirstOrDefault(range => message.Path.StartsWith(range.Folder, StringComparison.Ordinal))
               where range.Folder is not null && (message.Id < range.First || message.Id > range.Last)
               select $"{message.Path}: {message.Id} is not in {range.First} to {range.Last}",
        ];

        Assert.True(outside.Length == 0, string.Join('\n', outside));
    }

    [Fact]
    public void Every_log_message_has_an_event_id()
    {
        string[] without =
        [
            .. from file in SourceTree.Files("src")
               let attributes = Attribute().Count(file.Text)
               let ids = Id().Count(file.Text)
               where attributes != ids
               select $"{file.Path}: {attributes} messages, {ids} ids",
        ];

        Assert.True(without.Length == 0, string.Join('\n', without));
    }

    [Theory]
    [InlineData("[LoggerMessage(1001, LogLevel.Debug, \"x\")]", 1001)]
    [InlineData("[LoggerMessage(EventId = 1002, Level = LogLevel.Debug)]", 1002)]
    [InlineData("[LoggerMessage(\n    Level = LogLevel.Debug, EventId = 1003)]", 1003)]
    public void Ids_are_found_in_every_form_of_the_attribute(string text, int id) => Assert.Equal([id], Ids(text));

    private static IEnumerable<(string Path, int Id)> Messages() =>
        from file in SourceTree.Files("src")
        from id in Ids(file.Text)
        select (file.Path, id);

    private static IEnumerable<int> Ids(string text) =>
        Id().Matches(text).Select(match => int.Parse(match.Groups["id"].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"\[LoggerMessage\(")]
    private static partial Regex Attribute();

    [GeneratedRegex(@"\[LoggerMessage\(\s*(?:[^\]]*?EventId\s*=\s*)?(?<id>\d+)")]
    private static partial Regex Id();
}
