using System.Text.RegularExpressions;

namespace RendezvousCluster.Architecture;

/// <summary>
/// What differs between databases is a capability of the store: code that asks which database it is has to be found and changed when
/// another one comes.
/// </summary>
public partial class DatabaseNamesTests
{
    /// <summary>The store, the names that stand in settings, and the row that explains these to an operator.</summary>
    private static readonly string[] Allowed =
    [
        "src/RendezvousCluster.Registry/Journal/",
        "src/RendezvousCluster.Registry/RegistryStorage.cs",
        "src/RendezvousCluster.Registry/RegistryStorageCapabilities.cs",
        "src/RendezvousCluster.Server/Settings/Table/StorageSettings.cs",
    ];

    [Fact]
    public void Only_the_store_names_a_database()
    {
        string[] offences =
        [
            .. from file in SourceTree.Files("src")
               where !Allowed.Any(path => file.Path.StartsWith(path, StringComparison.Ordinal))
               from line in TidyText.Lines(file.Text)
               where NamesDatabase(line.Text)
               select $"{file.Path}:{line.Number}: {line.Text.Trim()}",
        ];

        Assert.True(offences.Length == 0, $"Ask for a capability (RegistryStorageCapabilities):\n{string.Join('\n', offences)}");
    }

    [Fact]
    public void Each_place_that_may_name_a_database_does() => Assert.All(Allowed, path => Assert.Contains(
        SourceTree.Files("src").Where(file => file.Path.StartsWith(path, StringComparison.Ordinal)),
        file => TidyText.Lines(file.Text).Any(line => NamesDatabase(line.Text))));

    [Theory]
    [InlineData("bool shared = options.StorageOrDefault is RegistryStorage.Postgres or RegistryStorage.MySql;", true)]
    [InlineData("options.Storage == RegistryStorage.Memory", true)]
    [InlineData("using var store = new MemoryStore();", true)]
    [InlineData("\"share a database: --storage postgres\"", true)]
    [InlineData("/// <summary>SQLite files, or <see cref=\"RegistryStorage.Memory\"/>.</summary>", false)]
    [InlineData("bool shared = storage.SharesBetweenNodes();", false)]
    public void A_line_of_code_or_text_that_names_a_database_is_found(string line, bool names) =>
        Assert.Equal(names, NamesDatabase(line));

    private static bool NamesDatabase(string line) =>
        !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && DatabaseName().IsMatch(line);

    [GeneratedRegex(@"postgres|npgsql|mysql|mariadb|sqlite|\bMemoryStore\b|\bRegistryStorage\.Memory\b", RegexOptions.IgnoreCase)]
    private static partial Regex DatabaseName();
}
