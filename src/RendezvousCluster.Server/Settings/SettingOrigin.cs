using System.Globalization;

namespace RendezvousCluster.Server.Settings;

/// <summary>Where a value was given, as the one who gave it knows the place.</summary>
/// <param name="Kind">What sort of place.</param>
/// <param name="Name">The file, the variable, or the option.</param>
/// <param name="Line">The line in the file.</param>
internal sealed record SettingOrigin(OriginKind Kind, string Name, int Line = 0)
{
    /// <summary>The place, for a list.</summary>
    public override string ToString() => Kind == OriginKind.File ? string.Create(CultureInfo.InvariantCulture, $"{Name}:{Line}") : Name;

    /// <summary>What to call a setting that was given here, at the begin of a sentence.</summary>
    /// <param name="path">The key with the section, as it was written there.</param>
    /// <param name="key">The key that it stands for.</param>
    public string Called(string path, string? key = null) => Kind switch
    {
        OriginKind.File => string.Create(CultureInfo.InvariantCulture, $"{path} in '{Name}', line {Line},"),
        OriginKind.Variable => $"The environment variable {Name}",
        _ => $"{Name}: {key ?? path}",
    };

    /// <summary>How a list is written here.</summary>
    public string ListExample() => Kind == OriginKind.Variable ? $"write {Name}__0, {Name}__1 and so on" : "write it in brackets, [ ... ]";
}

/// <summary>The sorts of places where settings are given.</summary>
internal enum OriginKind
{
    File,
    Variable,
    Option,
}

/// <summary>A value that was given somewhere.</summary>
/// <param name="Path">The key, with the section and, of a list, the number; colons between.</param>
/// <param name="Text">As it was written. Null: nothing, which is the default, or for a list that it is empty.</param>
/// <param name="Origin">Where.</param>
/// <param name="Shape">What it looked like there.</param>
internal sealed record GivenValue(string Path, string? Text, SettingOrigin Origin, GivenShape Shape = GivenShape.Value);

/// <summary>What a given value looks like before anybody knows which setting it is for.</summary>
internal enum GivenShape
{
    Value,
    Object,
    List,
}

/// <summary>All values of one place; what a later place gives is laid over what an earlier one does.</summary>
internal sealed record SettingLayer(IReadOnlyList<GivenValue> Values)
{
    /// <summary>As a configuration has them.</summary>
    public IEnumerable<KeyValuePair<string, string?>> ToConfiguration() =>
        from value in Values where value.Shape == GivenShape.Value select KeyValuePair.Create(value.Path, value.Text);
}
