using System.Globalization;
using System.Linq.Expressions;
using System.Reflection;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Settings;

/// <summary>
/// A row of the table of settings: everything that there is to know about one. The command line, the reader of files and variables, the
/// check, the help and <c>docs/configuration.md</c> know nothing more than what stands here.
/// </summary>
internal sealed record Setting
{
    private readonly PropertyInfo[] _path;

    private Setting(PropertyInfo[] path, SettingType type, string help)
    {
        _path = path;
        Key = string.Join(ConfigurationPath.KeyDelimiter, path.Select(property => property.Name));
        Type = type;
        Help = help;
    }

    /// <summary>Its name below the section <c>Rendezvous</c>, with colons where it is in a section of its own.</summary>
    public string Key { get; init; }

    /// <summary>What values it takes.</summary>
    public SettingType Type { get; }

    /// <summary>One line that says what it does.</summary>
    public string Help { get; }

    /// <summary>The option of the command line that sets it too, and its other names; none when files and variables only do.</summary>
    public string[] Options { get; init; } = [];

    /// <summary>What stands for the value in the help of the option, where its type has no good word.</summary>
    public string? OptionValue { get; init; }

    /// <summary>Other keys that mean the same: such as it had before.</summary>
    public string[] OtherKeys { get; init; } = [];

    /// <summary>The default in words, where it is not one value.</summary>
    public string? DefaultInWords { get; init; }

    /// <summary>It is never shown.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Whether all nodes of a cluster have to agree on it.</summary>
    public Agreement Agreement { get; init; }

    /// <summary>The version that had it first.</summary>
    public string Since { get; init; } = "0.1";

    /// <summary>The default as it is written; null for a setting whose default is described in words.</summary>
    public string? Default => Write(new ServerOptions());

    /// <summary>A row for a property, reached from the options.</summary>
    public static Setting Of<T>(Expression<Func<ServerOptions, T>> property, SettingType type, string help) =>
        new([.. PathOf(property.Body)], type, help);

    /// <summary>The value in some options, as it is written; null for a setting without a value, such as an empty list.</summary>
    public string? Write(ServerOptions options) =>
        _path.Aggregate((object?)options, (owner, property) => property.GetValue(owner)) is { } value and not string[] { Length: 0 }
            ? Type.Write(value)
            : null;

    /// <summary>Puts a value into options; null is the default.</summary>
    public void Set(ServerOptions options, object? value)
    {
        object owner = _path[..^1].Aggregate((object)options, (owner, property) => property.GetValue(owner)!);
        PropertyInfo last = _path[^1];
        Type type = Nullable.GetUnderlyingType(last.PropertyType) ?? last.PropertyType;
        last.SetValue(owner, value switch
        {
            TimeSpan time when type != typeof(TimeSpan) => Convert.ChangeType(time.TotalSeconds, type, CultureInfo.InvariantCulture),
            long number => Convert.ChangeType(number, type, CultureInfo.InvariantCulture),
            _ => value,
        });
    }

    private static IEnumerable<PropertyInfo> PathOf(Expression expression) =>
        expression is MemberExpression { Member: PropertyInfo last } member
        ? PathOf(member.Expression!).Append(last)
        : [];
}
