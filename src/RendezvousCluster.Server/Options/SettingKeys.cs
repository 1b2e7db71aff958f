using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.Reflection;

namespace RendezvousCluster.Server.Options;

/// <summary>
/// What is wrong with the keys and values of a configuration section, in words for the operator who wrote them: where each comes from, what
/// it is and what it should be. The settings are the public properties of the options type, so a new one is known here as soon as it is
/// there; one whose type is a class of options is a section of its own.
/// </summary>
internal static class SettingKeys
{
    /// <summary>What is wrong, a sentence each; none when every key is a setting and every value is one for it.</summary>
    public static IReadOnlyList<string> Check(IConfigurationSection section, Type options, Func<string, SettingSource> sourceOf)
    {
        var failures = new List<string>();
        CheckSection(section, options, sourceOf, failures);
        return failures;
    }

    /// <summary>The setting that is most like a key; null when none is like it.</summary>
    public static string? Nearest(string key, IEnumerable<string> settings) => (
        from setting in settings
        let isPart = setting.StartsWith(key, StringComparison.OrdinalIgnoreCase)
            || key.StartsWith(setting, StringComparison.OrdinalIgnoreCase)
        let distance = Distance(key.ToUpperInvariant(), setting.ToUpperInvariant())
        where isPart || distance <= Math.Max(2, key.Length / 3)
        orderby isPart ? 0 : distance, distance
        select setting).FirstOrDefault();

    private static void CheckSection(
        IConfigurationSection section, Type options, Func<string, SettingSource> sourceOf, List<string> failures)
    {
        Dictionary<string, PropertyInfo> settings = options.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(
                property => property.SetMethod is { IsPublic: true } || IsSection(property.PropertyType) || IsList(property.PropertyType))
            .ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (settings.TryGetValue(child.Key, out PropertyInfo? setting))
            {
                CheckSetting(child, setting.PropertyType, sourceOf, failures);
            }
            else
            {
                string hint = Nearest(child.Key, settings.Keys) is { } near
                    ? $"'{near}' may be meant"
                    : $"there are {string.Join(", ", settings.Keys.Order(StringComparer.Ordinal))}";
                failures.Add($"{sourceOf(child.Path).Name(child.Path)} is no setting: there is no '{child.Key}'; {hint}.");
            }
        }
    }

    private static void CheckSetting(IConfigurationSection setting, Type type, Func<string, SettingSource> sourceOf, List<string> failures)
    {
        string name = sourceOf(setting.Path).Name(setting.Path);
        if (IsList(type))
        {
            IConfigurationSection[] items = [.. setting.GetChildren()];
            if (items.Length == 0 && !string.IsNullOrEmpty(setting.Value))
            {
                failures.Add($"{name} is a list, and one value was given: {sourceOf(setting.Path).ListExample(setting.Path)}.");
            }

            Type item = type.IsArray ? type.GetElementType()! : type.GetGenericArguments()[0];
            Array.ForEach(items, value => CheckSetting(value, item, sourceOf, failures));
        }
        else if (IsSection(type))
        {
            if (!string.IsNullOrEmpty(setting.Value))
            {
                failures.Add($"{name} is a group of settings, and one value was given.");
            }

            CheckSection(setting, type, sourceOf, failures);
        }
        else if (setting.GetChildren().FirstOrDefault() is { } child)
        {
            failures.Add($"{sourceOf(child.Path).Name(child.Path)}: {setting.Key} is {Describe(type)} and no group of settings.");
        }
        else if (setting.Value is { Length: > 0 } value && !IsOf(type, value))
        {
            // The value of a secret is a text, and every text is one.
            failures.Add($"{name} is '{value}', and has to be {Describe(type)}.");
        }
    }

    private static bool IsList(Type type) =>
        type != typeof(string) && (type.IsArray || (type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(type)));

    private static bool IsSection(Type type) =>
        type.IsClass && type != typeof(string) && !IsList(type) && !TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string));

    private static bool IsOf(Type type, string value)
    {
        Type wanted = Nullable.GetUnderlyingType(type) ?? type;
        try
        {
            return TypeDescriptor.GetConverter(wanted).ConvertFromInvariantString(value) is not null;
        }
        catch (Exception exception)
            when (exception is FormatException or ArgumentException or InvalidCastException or OverflowException or NotSupportedException)
        {
            return false;
        }
    }

    private static string Describe(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        { IsEnum: true } choice => "one of " + string.Join(", ", Enum.GetNames(choice)),
        var other when other == typeof(bool) => "true or false",
        var other when other == typeof(TimeSpan) => "a time such as 00:05:00 (hours, minutes, seconds)",
        var other when other == typeof(byte) || other == typeof(ushort) || other == typeof(uint) || other == typeof(ulong) =>
            string.Create(CultureInfo.InvariantCulture, $"a whole number from 0 to {MaxOf(other)}"),
        var other when other == typeof(short) || other == typeof(int) || other == typeof(long) =>
            string.Create(CultureInfo.InvariantCulture, $"a whole number up to {MaxOf(other)}"),
        var other when other == typeof(float) || other == typeof(double) || other == typeof(decimal) => "a number",
        var other when other == typeof(string) => "a text",
        var other => $"a {other.Name}",
    };

    private static object MaxOf(Type number) => number.GetField("MaxValue")!.GetValue(null)!;

    // Letters to add, to leave out or to change: Levenshtein's.
    private static int Distance(string one, string other)
    {
        int[] row = [.. Enumerable.Range(0, other.Length + 1)];
        for (int i = 1; i <= one.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.Length; j++)
            {
                int changed = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
