namespace RendezvousCluster.Architecture;

/// <summary>
/// <c>docs/configuration.md</c> is written from the table of settings, and is never another thing than the server does. After a new
/// setting, run this test with <c>UPDATE_EXPECTED=1</c> and commit the page.
/// </summary>
public class ConfigurationPageTests
{
    [Fact]
    public void The_page_about_configuration_says_what_the_table_of_settings_does() =>
        Expected.Equals(Path.Combine(SourceTree.Root, "docs", "configuration.md"), ConfigurationPage.Text());
}
