using System.Text.RegularExpressions;
using RendezvousCluster.Server.Settings;

namespace RendezvousCluster.Architecture;

/// <summary>The page of threats names the setting and the tests that stand against each; they exist.</summary>
public sealed partial class ThreatsPageTests
{
    private static readonly string Page = SourceTree.Read("docs/security.md");

    [Fact]
    public void Every_class_of_tests_and_every_setting_that_it_names_exists()
    {
        HashSet<string> tests = [.. SourceTree.Files("tests").Select(file => Path.GetFileNameWithoutExtension(file.Path))];
        HashSet<string> settings = [.. SettingTable.All.Select(setting => setting.Key.Split(':')[^1])];

        string[] names = [.. CodeName().Matches(Page).Select(match => match.Groups[1].Value).Distinct()];

        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.True(tests.Contains(name) || settings.Contains(name), name));
    }

    [Fact]
    public void Every_threat_has_a_test()
    {
        string[] rows = [.. Page.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line.Split('|').Length > 4)];

        Assert.True(rows.Length > 30, $"There are {rows.Length} rows.");
        Assert.All(
            rows.Where(row => !row.EndsWith("shown by |", StringComparison.Ordinal)),
            row => Assert.Matches(TestName(), row.Split('|')[^2]));
    }

    [GeneratedRegex("`([A-Z][A-Za-z0-9]+)`")]
    private static partial Regex CodeName();

    [GeneratedRegex("`[A-Z][A-Za-z0-9]+(Tests|Conformance)`")]
    private static partial Regex TestName();
}
