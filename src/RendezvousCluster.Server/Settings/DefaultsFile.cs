using System.Globalization;
using System.Text;
using System.Text.Json;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Settings;

/// <summary>A settings file with every setting, its default, and what it does. The server takes it as it is.</summary>
internal static class DefaultsFile
{
    /// <summary>The text of the file. Settings whose default is not one value stand there as a comment.</summary>
    public static string Text()
    {
        // Sections whose settings stand in several parts of the table are written once.
        IEnumerable<IGrouping<string, Setting>> sections = SettingTable.All
            .GroupBy(setting => SectionOf(setting.Key))
            .OrderBy(section => section.Key.Length > 0); // the section's own settings come first
        var text = new StringBuilder("{\n");
        text.Append(CultureInfo.InvariantCulture, $"  \"{ServerOptions.Section}\": {{\n");
        foreach (IGrouping<string, Setting> section in sections)
        {
            string[] names = section.Key.Length == 0 ? [] : section.Key.Split(':');
            for (int depth = 0; depth < names.Length; depth++)
            {
                text.Append(CultureInfo.InvariantCulture, $"{Indent(depth)}\"{names[depth]}\": {{\n");
            }

            foreach (Setting setting in section)
            {
                Append(text, setting, Indent(names.Length));
            }

            for (int depth = names.Length - 1; depth >= 0; depth--)
            {
                text.Append(CultureInfo.InvariantCulture, $"{Indent(depth)}}},\n");
            }
        }

        return text.Append("  }\n}\n").ToString();
    }

    private static void Append(StringBuilder text, Setting setting, string indent)
    {
        string name = setting.Key[(setting.Key.LastIndexOf(':') + 1)..];
        text.Append(CultureInfo.InvariantCulture, $"{indent}// {setting.Help}\n");
        text.Append(setting.DefaultInWords is null
            ? $"{indent}\"{name}\": {Json(setting)},\n"
            : $"{indent}// \"{name}\": {setting.DefaultInWords}\n");
    }

    private static string Json(Setting setting) => setting.Type is FlagType or CountType
        ? setting.Default!
        : $"\"{JsonEncodedText.Encode(setting.Default!)}\"";

    private static string SectionOf(string key) => key.LastIndexOf(':') is var end and > 0 ? key[..end] : "";

    private static string Indent(int depth) => new(' ', 4 + (2 * depth));
}
