namespace RendezvousCluster.Server.Settings;

/// <summary>
/// What one place gives for a setting, or several places together. A value takes the place of the one below. A list that is written as a
/// whole, in a file or on the command line, does too; items that variables give by their number are laid over those with the same.
/// </summary>
internal sealed class GivenSetting
{
    private readonly SortedDictionary<int, GivenValue> _items = [];
    private bool _isWhole;
    private GivenValue? _value;

    /// <summary>The value, or the items of the list in their order; none for the default, or an empty list.</summary>
    public IEnumerable<GivenValue> Values => _value is { Text: not null } ? [_value] : _items.Values;

    /// <summary>The place that was the last to give something.</summary>
    public SettingOrigin? Origin { get; private set; }

    /// <summary>Somebody wrote that there is nothing, which is the default.</summary>
    public bool IsDefault => _value is { Text: null } && _items.Count == 0;

    /// <summary>Takes a single value; null is the default.</summary>
    public void Take(GivenValue value)
    {
        Origin = value.Origin;
        _value = value;
    }

    /// <summary>Takes a list that is written as a whole, before its items.</summary>
    public void TakeWhole(SettingOrigin origin)
    {
        Origin = origin;
        _isWhole = true;
    }

    /// <summary>Takes an item of a list.</summary>
    /// <returns>False when there is one with this number.</returns>
    public bool TryTakeItem(int number, GivenValue value)
    {
        Origin ??= value.Origin;
        return _items.TryAdd(number, value);
    }

    /// <summary>This, over what another place gives.</summary>
    public GivenSetting Over(GivenSetting below)
    {
        if (_value is not null || _isWhole)
        {
            return this;
        }

        var both = new GivenSetting { Origin = Origin, _isWhole = below._isWhole };
        foreach ((int number, GivenValue value) in below._items.Concat(_items))
        {
            both._items[number] = value;
        }

        return both;
    }
}
