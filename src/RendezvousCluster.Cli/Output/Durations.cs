namespace RendezvousCluster.Cli.Output;

/// <summary>Times as people read them.</summary>
internal static class Durations
{
    /// <summary>Two units at most: <c>1 h 58 min</c>, <c>4 min 10 s</c>, <c>9 s</c>.</summary>
    public static string Text(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => "0 s",
        { TotalMinutes: < 1 } => $"{time.Seconds} s",
        { TotalHours: < 1 } => $"{time.Minutes} min {time.Seconds} s",
        { TotalDays: < 1 } => $"{time.Hours} h {time.Minutes} min",
        _ => $"{time.Days} d {time.Hours} h",
    };

    /// <summary>A short time in milliseconds, with as many digits as make sense.</summary>
    public static string Milliseconds(TimeSpan time) => time.TotalMilliseconds switch
    {
        < 10 => $"{time.TotalMilliseconds:0.00} ms",
        < 100 => $"{time.TotalMilliseconds:0.0} ms",
        _ => $"{time.TotalMilliseconds:0} ms",
    };
}
