namespace RendezvousCluster.Server.Settings;

/// <summary>Every setting with the value that holds and the place that it is from, a line each.</summary>
internal static class EffectiveSettings
{
    private const string Masked = "(not shown)";

    /// <summary>The lines, in the order of the table.</summary>
    public static IEnumerable<string> Lines(SettingsReading settings) =>
        from setting in SettingTable.All
        let origin = settings.OriginOf(setting.Key)
        select $"{SettingTable.PathOf(setting.Key)} = {Value(setting, settings, origin)}  [{origin?.ToString() ?? "default"}]";

    private static string Value(Setting setting, SettingsReading settings, SettingOrigin? origin)
    {
        string? value = setting.Write(settings.Options);
        return value is null ? (origin is null ? $"({setting.DefaultInWords})" : "(empty)")
            : setting.IsSecret ? Masked
            : WithoutPassword(value);
    }

    // A collector's address may hold a name and a password.
    private static string WithoutPassword(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out Uri? url) && url.UserInfo.Length > 0
            ? value.Replace($"{url.UserInfo}@", $"{Masked}@", StringComparison.Ordinal)
            : value;
}
