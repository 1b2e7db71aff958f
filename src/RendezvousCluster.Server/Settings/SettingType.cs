using System.Globalization;
using System.Numerics;
using RendezvousCluster.Settings;

namespace RendezvousCluster.Server.Settings;

/// <summary>How the value of a setting is written, and which values there are.</summary>
internal abstract class SettingType
{
    /// <summary>What stands for a value in the help: <c>count</c>, <c>time</c>.</summary>
    public abstract string HelpName { get; }

    /// <summary>What a value has to be, for a sentence: <c>a whole number</c>.</summary>
    public abstract string Noun { get; }

    /// <summary>The bounds, for a sentence: <c>from 1 to 10</c>; null when every value of the kind will do.</summary>
    public virtual string? Bounds => null;

    /// <summary>The kind and the bounds, for a table.</summary>
    public string Allowed => Bounds is null ? Noun : $"{Noun}, {Bounds}";

    /// <summary>Several values, each written by itself.</summary>
    public virtual bool IsList => false;

    /// <summary>Reads a value of the kind, whether or not it is within the bounds.</summary>
    public abstract bool TryRead(string text, out object value);

    /// <summary>What is wrong with a value that was read, such as <c>it must be from 1 to 10</c>; null when nothing is.</summary>
    public virtual string? Refuse(object value) => null;

    /// <summary>The value as <see cref="TryRead"/> takes it.</summary>
    public virtual string Write(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;
}

/// <summary>Values with an order, from one to another.</summary>
internal abstract class OrderedType<T>(T least, T most) : SettingType
    where T : IComparable<T>
{
    public override string? Bounds => $"from {Write(least)} to {Write(most)}";

    /// <summary>What is stored: a setting of a narrower type than the one that bounds are compared in.</summary>
    protected abstract T Ordered(object value);

    public override string? Refuse(object value) =>
        Ordered(value).CompareTo(least) < 0 || Ordered(value).CompareTo(most) > 0 ? $"it must be {Bounds}" : null;
}

/// <summary>A number of things.</summary>
internal sealed class CountType(long least, long most) : OrderedType<long>(least, most)
{
    public override string HelpName => "count";

    public override string Noun => "a whole number";

    public override bool TryRead(string text, out object value)
    {
        // A number that is too large for anything is out of bounds, not unreadable.
        bool isNumber = BigInteger.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger number)
            && text.Length < 100;
        value = (long)BigInteger.Clamp(number, long.MinValue, long.MaxValue);
        return isNumber;
    }

    protected override long Ordered(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);
}

/// <summary>A number of bytes.</summary>
internal sealed class SizeType(long least, long most) : OrderedType<long>(least, most)
{
    public override string HelpName => "size";

    public override string Noun => ByteSizeText.Examples;

    public override bool TryRead(string text, out object value)
    {
        bool isSize = ByteSizeText.TryParse(text, out long bytes);
        value = bytes;
        return isSize;
    }

    public override string Write(object value) => ByteSizeText.Format(Ordered(value));

    protected override long Ordered(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);
}

/// <summary>A length of time.</summary>
/// <param name="least">The shortest.</param>
/// <param name="most">The longest.</param>
/// <param name="plainUnit">What a number without a unit counts, where such numbers were always taken; null: it is refused.</param>
/// <param name="isStoredInSeconds">The setting is a number of seconds.</param>
internal sealed class TimeType(TimeSpan least, TimeSpan most, TimeSpan? plainUnit = null, bool isStoredInSeconds = false)
    : OrderedType<TimeSpan>(least, most)
{
    public override string HelpName => "time";

    public override string Noun =>
        plainUnit == TimeSpan.FromSeconds(1) ? $"{DurationText.Examples}, or a number of seconds" : DurationText.Examples;

    public override bool TryRead(string text, out object value)
    {
        if (plainUnit is { } unit && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long count))
        {
            value = count <= TimeSpan.MaxValue.Ticks / unit.Ticks ? unit * count : TimeSpan.MaxValue;
            return true;
        }

        bool isTime = DurationText.TryParse(text, out TimeSpan time);
        value = time;
        return isTime;
    }

    public override string? Refuse(object value) => base.Refuse(value)
        ?? (isStoredInSeconds && Ordered(value).Ticks % TimeSpan.TicksPerSecond != 0 ? "it must be a whole number of seconds" : null);

    public override string Write(object value) => DurationText.Format(Ordered(value));

    protected override TimeSpan Ordered(object value) =>
        value as TimeSpan? ?? TimeSpan.FromSeconds(Convert.ToDouble(value, CultureInfo.InvariantCulture));
}

/// <summary>One of a few names, in letters of any case.</summary>
internal sealed class ChoiceType<T> : SettingType
    where T : struct, Enum
{
    public override string HelpName => string.Join('|', Enum.GetNames<T>());

    public override string Noun => "one of " + string.Join(", ", Enum.GetNames<T>());

    public override bool TryRead(string text, out object value)
    {
        // No numbers, and not several with commas between, which Enum.Parse takes for one.
        string? name = Enum.GetNames<T>().FirstOrDefault(name => name.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase));
        value = name is null ? default : Enum.Parse<T>(name);
        return name is not null;
    }
}

/// <summary>Yes or no.</summary>
internal sealed class FlagType : SettingType
{
    public override string HelpName => "true|false";

    public override string Noun => "true or false";

    public override bool TryRead(string text, out object value)
    {
        bool isFlag = bool.TryParse(text, out bool flag);
        value = flag;
        return isFlag;
    }

    public override string Write(object value) => value is true ? "true" : "false";
}

/// <summary>Text.</summary>
/// <param name="helpName">What stands for it in the help.</param>
/// <param name="noun">What it has to be.</param>
/// <param name="isOne">Whether a text is one; null: every text is, but for an empty one.</param>
internal sealed class TextType(string helpName, string noun = "a text", Func<string, bool>? isOne = null) : SettingType
{
    public override string HelpName => helpName;

    public override string Noun => noun;

    public override bool TryRead(string text, out object value)
    {
        value = text;
        return true;
    }

    public override string? Refuse(object value) =>
        string.IsNullOrWhiteSpace((string)value) || isOne?.Invoke((string)value) is false ? $"it has to be {noun}" : null;
}

/// <summary>Any number of texts.</summary>
internal sealed class ListType(TextType item) : SettingType
{
    public override string HelpName => item.HelpName;

    public override string Noun => $"a list; each of it {item.Noun}";

    public override bool IsList => true;

    /// <summary>What each of the list is.</summary>
    public SettingType Item => item;

    public override bool TryRead(string text, out object value) => throw new InvalidOperationException("A list is read one by one.");

    public override string Write(object value) => string.Join(' ', (IEnumerable<string>)value);
}
