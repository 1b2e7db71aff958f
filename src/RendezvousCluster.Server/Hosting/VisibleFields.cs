using System.Collections;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Server.Management;

namespace RendezvousCluster.Server.Hosting;

/// <summary>
/// The message of a line and the values in it by their names, as far as it has them, for formats that write them apart. Text among them is
/// visible, as in the message.
/// </summary>
/// <param name="message">The message.</param>
/// <param name="state">What the line was logged with.</param>
/// <param name="service">Which program writes, where lines of several come together; null: the format does not say.</param>
internal sealed class VisibleFields(string message, object? state, string? service) : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly KeyValuePair<string, object?>[] _fields =
    [
        .. state is IEnumerable<KeyValuePair<string, object?>> fields
            ? fields.Select(field => KeyValuePair.Create(field.Key, Visible(field.Value)))
            : [],
        .. service is null ? Array.Empty<KeyValuePair<string, object?>>() : [new(ServiceIdentity.Attribute, service)],
    ];

    /// <inheritdoc/>
    public int Count => _fields.Length;

    /// <inheritdoc/>
    public KeyValuePair<string, object?> this[int index] => _fields[index];

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _fields.AsEnumerable().GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => message;

    private static object? Visible(object? value) =>
        value is null or bool or byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal
        ? value
        : VisibleText.Of(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture), VisibleConsole.MaxMessageLength);
}
