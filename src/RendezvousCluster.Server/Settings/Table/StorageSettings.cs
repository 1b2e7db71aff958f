using RendezvousCluster.Registry;

namespace RendezvousCluster.Server.Settings.Table;

/// <summary>Where registrations are kept.</summary>
internal static class StorageSettings
{
    public static readonly Setting[] Rows =
    [
        Setting.Of(
            options => options.Storage, new ChoiceType<RegistryStorage>(),
            "Where registrations are kept: sqlite (files in the data directory), postgres or mysql (also MariaDB; shared by the nodes of a "
            + "cluster), or memory.") with
        {
            Options = ["--storage"],
            OptionValue = "sqlite|postgres|mysql|memory",
            DefaultInWords = "sqlite",
        },
        Setting.Of(
            options => options.ConnectionString, new TextType("settings"),
            "How to reach the database server, such as 'Host=db.example;Database=rendezvous;Username=rendezvous;Password=...'. Others "
            + "on this machine can read a command line: rather set Rendezvous__ConnectionString in the environment.") with
        {
            Options = ["--connection-string"],
            IsSecret = true,
            DefaultInWords = "none",
        },
        Setting.Of(options => options.ConnectionStringFile, Kinds.File, "A file with the connection string in it.") with
        {
            Options = ["--connection-string-file"],
            DefaultInWords = "none",
        },
        Setting.Of(
            options => options.AcceptLoss, new TextType("word"),
            "Start although the data is not whole, once: the refusal to start says what is lost, and which word accepts just that.") with
        {
            Options = ["--accept-loss"],
            DefaultInWords = "none",
            Since = "0.2",
        },
        Setting.Of(options => options.EnableMemoryDatabase, Kinds.Flag, "The same as --storage memory: nothing survives a restart.") with
        {
            Options = ["--enable-memory-database", "--enableMemoryDatabase"],
        },
        Setting.Of(
            options => options.NamespaceIdleTimeout, Kinds.Time(Kinds.S(1), TimeSpan.FromDays(1)),
            "A namespace that nobody asked for so long leaves memory; the next request reads it back from the journal.") with
        {
            Since = "0.2",
        },
    ];
}
