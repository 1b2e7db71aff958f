using System.Reflection;
using Google.Protobuf;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Registry.Serialization;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Tests.Serialization;

/// <summary>The table of messages leaves none out, and gives each one name.</summary>
public sealed class MessageTableTests
{
    private static readonly Type[] Codecs =
    [
        typeof(EventCodec), typeof(SnapshotCodec), typeof(DirectoryCodec), typeof(LedgerCodec), typeof(CommandCodec), typeof(ReplyCodec),
        typeof(TimeCodec), typeof(InquiryCodec), typeof(MemoryCodec),
    ];

    private static readonly Type[] Families = [typeof(NamespaceEvent), typeof(DirectoryEvent), typeof(LedgerMessage), typeof(StoreReport)];

    private static readonly HashSet<Type> Types = [.. MessageTable.Rows.Select(row => row.Type).OfType<Type>()];

    [Fact]
    public void Every_manifest_is_two_letters_and_stands_in_one_row() => Assert.All(
        MessageTable.Rows.GroupBy(row => row.Manifest),
        rows => Assert.True(rows.Count() == 1 && rows.Key.Length == 2 && rows.Key.All(char.IsAsciiLetterLower), rows.Key));

    [Fact]
    public void Every_type_stands_in_one_row() =>
        Assert.Equal(Types.Count, MessageTable.Rows.Count(row => row.Type is not null));

    [Fact]
    public void Every_row_but_those_of_retired_forms_is_written_and_read() =>
        Assert.Equal(["ds"], MessageTable.Rows.Where(row => row.Type is null || row.Write is null).Select(row => row.Manifest));

    [Fact]
    public void Every_type_that_a_codec_writes_has_a_row() => Assert.All(
        MethodsOf(method => method.Name == "ToProto" && method.ReturnType == typeof(IMessage)),
        method => Assert.Contains(method.GetParameters()[0].ParameterType, Types));

    [Fact]
    public void Every_type_that_a_codec_reads_has_a_row() => Assert.All(
        MethodsOf(method => method.Name.StartsWith("Read", StringComparison.Ordinal)),
        method => Assert.Contains(method.ReturnType, Types.Append(typeof(NamespaceCommand))));

    [Fact]
    public void Every_codec_is_looked_at() => Assert.Equal(
        typeof(MessageTable).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(MessageTable).Namespace && type.Name.EndsWith("Codec", StringComparison.Ordinal))
            .Select(type => type.Name).Order(),
        Codecs.Select(type => type.Name).Order());

    [Fact]
    public void Every_event_and_every_message_of_a_family_has_a_row() => Assert.All(
        Families.SelectMany(family => family.Assembly.GetTypes().Where(type => !type.IsAbstract && family.IsAssignableFrom(type))),
        type => Assert.Contains(type, Types));

    [Fact]
    public void A_command_is_bound_by_what_carries_it_and_is_not_written_without()
    {
        MessageRow[] commands = [.. MessageTable.Rows.Where(row => row.IsCommand)];

        Assert.Equal(["cd", "cr", "cu"], commands.Select(row => row.Manifest).Order());
        Assert.Contains(typeof(NamespaceCommand), MessageTable.BoundTypes);
        Assert.All(commands, row => Assert.DoesNotContain(row.Type, MessageTable.BoundTypes));
        Assert.All(commands, row => Assert.Throws<ArgumentException>(() => row.Write!(new object())));
    }

    private static MethodInfo[] MethodsOf(Func<MethodInfo, bool> condition)
    {
        MethodInfo[] methods =
        [
            .. Codecs.SelectMany(codec => codec.GetMethods(BindingFlags.Static | BindingFlags.NonPublic))
                .Where(method => method.IsAssembly && condition(method)),
        ];
        Assert.NotEmpty(methods);
        return methods;
    }
}
