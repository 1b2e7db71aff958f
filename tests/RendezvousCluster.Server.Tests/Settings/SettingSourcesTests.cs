using System.Collections;
using System.Text;
using RendezvousCluster.Server.Settings;

namespace RendezvousCluster.Server.Tests.Settings;

public sealed class SettingSourcesTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData(
        "{ no JSON",
        "The file '{file}' is not a JSON file of settings: 'n' is an invalid start of a property name. Expected a '\"', at line 1 or just "
        + "before it.")]
    [InlineData("{\n \"Rendezvous\": {\n  \"MinTtlSeconds\": 60\n  \"MaxTtlSeconds\": 60\n }\n}",
        "The file '{file}' is not a JSON file of settings: '\"' is invalid after a value. Expected either ',', '}', or ']', at line 4 or "
        + "just before it.")]
    [InlineData("[]", "The file '{file}' is not a JSON file of settings: it must be an object, { ... }, at line 1 or just before it.")]
    [InlineData("", "is not a JSON file of settings: ")]
    [InlineData("{}{}", "is not a JSON file of settings: ")]
    [InlineData("{}", "The file '{file}' has no section 'Rendezvous', where all settings are.")]
    [InlineData(
        "{\n\"MinTtlSeconds\": 60 }",
        "The file '{file}' has no section 'Rendezvous', where all settings are, and 'MinTtlSeconds' in line 2 belongs into it.")]
    [InlineData("{\n\n\"Rendevous\": { } }", "The section 'Rendevous' in '{file}', line 3, is not read; 'Rendezvous' may be meant.")]
    [InlineData(
        "{ \"Rendezvous\": { }, \"Rendezvouz\": { } }",
        "The section 'Rendezvouz' in '{file}', line 1, is not read; 'Rendezvous' may be meant.")]
    [InlineData("{ \"Rendezvous\": { \"Identity\": \"\\ud800\" } }", "is not a JSON file of settings: ")]
    public void A_named_file_without_settings_is_reported_with_the_line(string text, string said)
    {
        File.WriteAllText(_file, text);

        string fault = Assert.Single(Read(_file).Faults);

        Assert.Contains(said.Replace("{file}", _file, StringComparison.Ordinal), fault, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_another_program_in_the_working_directory_needs_no_section()
    {
        var sources = new SettingSources();
        File.WriteAllText(_file, """{ "Logging": { "Level": "x" } }""");

        sources.AddFile(_file, isNamed: false);

        Assert.Empty(sources.Faults);
        Assert.Empty(SettingsReading.Of(sources).Check());
    }

    [Fact]
    public void A_key_with_colons_is_the_path_that_it_spells()
    {
        File.WriteAllText(_file, """{ "Rendezvous:Upkeep:SnapshotEvents": 50 }""");

        SettingSources sources = Read(_file);

        Assert.Empty(sources.Faults);
        Assert.Equal(50, SettingsReading.Of(sources).Options.Upkeep.SnapshotEvents);
    }

    [Fact]
    public void A_file_with_a_byte_order_mark_is_read()
    {
        File.WriteAllText(_file, """{ "Rendezvous": { "MinTtlSeconds": 60 } }""", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        Assert.Equal(60u, SettingsReading.Of(Read(_file)).Options.Limits.MinTtlSeconds);
    }

    [Fact]
    public void A_file_that_is_missing_or_a_directory_is_reported()
    {
        Assert.Equal($"The settings file '{_file}.missing' is not there.", Assert.Single(Read(_file + ".missing").Faults));
        Assert.Equal(
            $"The settings file '{AppContext.BaseDirectory}' is a directory.", Assert.Single(Read(AppContext.BaseDirectory).Faults));
    }

    [Fact]
    public void A_file_that_is_too_long_is_not_read()
    {
        File.WriteAllText(_file, "{ \"Rendezvous\": { } }" + new string(' ', RendezvousCluster.Settings.SettingsFile.MaxBytes));

        Assert.Contains("is longer than 1048576 bytes", Assert.Single(Read(_file).Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_nested_very_deeply_is_reported()
    {
        File.WriteAllText(_file, string.Concat(Enumerable.Repeat("{\"a\":", 100_000)));

        Assert.Contains("is not a JSON file of settings", Assert.Single(Read(_file).Faults), StringComparison.Ordinal);
    }

    private static SettingSources Read(string file) => SettingSources.Read(file, new Hashtable());
}
