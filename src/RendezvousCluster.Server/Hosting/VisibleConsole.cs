using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Server.Hosting;

/// <summary>
/// The last gate before the console, for the lines of every library in this process: any quotation in them of a peer, a node or a
/// database, one event stays one line and moves no cursor. Our own messages name what they quote as <see cref="VisibleText"/>; those of
/// Akka, Kestrel and the database drivers do not know it.
/// </summary>
/// <param name="inner">Lays the line out.</param>
internal sealed class VisibleConsole(ConsoleFormatter inner) : ConsoleFormatter(inner.Name), IDisposable
{
    /// <summary>Longest message, in UTF-16 units. Ours have a few hundred; Akka quotes whole messages of actors.</summary>
    public const int MaxMessageLength = 2_048;

    /// <summary>Puts itself before every formatter that is there: which of them writes is a setting.</summary>
    public static void Guard(IServiceCollection services)
    {
        foreach (ServiceDescriptor formatter in services.Where(service => service.ServiceType == typeof(ConsoleFormatter)).ToArray())
        {
            Type type = formatter.ImplementationType
                ?? throw new InvalidOperationException("A console formatter is registered without its type.");
            services.Remove(formatter);
            services.AddSingleton<ConsoleFormatter>(
                provider => new VisibleConsole((ConsoleFormatter)ActivatorUtilities.CreateInstance(provider, type)));
        }
    }

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        string? message = logEntry.Formatter?.Invoke(logEntry.State, logEntry.Exception);
        Exception? exception = logEntry.Exception is { } thrown ? new VisibleException(thrown) : null;
        var visible = new LogEntry<string?>(
            logEntry.LogLevel, logEntry.Category, logEntry.EventId, VisibleText.Of(message, MaxMessageLength), exception,
            static (text, _) => text ?? "");
        inner.Write(visible, scopeProvider, textWriter);
    }

    /// <inheritdoc/>
    public void Dispose() => (inner as IDisposable)?.Dispose();

    /// <summary>
    /// Tells of an exception as the runtime does, each message of it visible; the lines between them are the runtime's own.
    /// </summary>
    private sealed class VisibleException(Exception thrown) : Exception
    {
        public override string Message => VisibleText.Of(thrown.Message, MaxMessageLength);

        public override string ToString() => Describe(thrown);

        private static string Describe(Exception exception)
        {
            IEnumerable<Exception> causes = exception is AggregateException several
                ? several.InnerExceptions
                : [.. exception.InnerException is { } one ? [one] : Array.Empty<Exception>()];
            string told = $"{exception.GetType()}: {VisibleText.Of(exception.Message, MaxMessageLength)}";
            string inner = string.Concat(causes.Select(cause => $"{Environment.NewLine} ---> {Describe(cause)}"));
            return exception.StackTrace is { } stack ? $"{told}{inner}{Environment.NewLine}{stack}" : told + inner;
        }
    }
}
