using System.Text.Json;
using System.Text.Json.Serialization;

namespace RendezvousCluster.Chaos.History;

/// <summary>A history as a file, to be looked at and checked again. One JSON object.</summary>
internal static class HistoryFile
{
    private static readonly JsonSerializerOptions Options = new() { Converters = { new JsonStringEnumConverter() } };

    public static async Task SaveAsync(RunHistory history, string path)
    {
        await using FileStream file = File.Create(path);
        await JsonSerializer.SerializeAsync(file, history, Options);
    }

    /// <exception cref="JsonException">The file holds something else.</exception>
    public static async Task<RunHistory> LoadAsync(string path)
    {
        await using FileStream file = File.OpenRead(path);
        return await JsonSerializer.DeserializeAsync<RunHistory>(file, Options) ?? throw new JsonException($"{path} holds no history.");
    }
}
