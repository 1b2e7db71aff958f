using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Server.Management;

namespace RendezvousCluster.Server.Hosting;

/// <summary>
/// The last gate before the console, for the lines of every library in this process: any quotation in them of a peer, a node or a
/// database, one event stays one line and moves no cursor. Our own messages name what they quote as <see cref="VisibleText"/>; those of
/// Akka, Kestrel and the database drivers do not know it.
/// </summary>
/// <param name="inner">Lays the line out.</param>
/// <param name="libraries">Which lines of libraries are written; null: all, as they are.</param>
internal sealed class VisibleConsole(ConsoleFormatter inner, LibraryLines? libraries) : ConsoleFormatter(inner.Name), IDisposable
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
                provider => new VisibleConsole(
                    (ConsoleFormatter)ActivatorUtilities.CreateInstance(provider, type), provider.GetService<LibraryLines>()));
        }
    }

    // People read the other formats, of one program at a time.
    private readonly string? _service = inner.Name == ConsoleFormatterNames.Json ? ServiceIdentity.InLogs : null;

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        string message = VisibleText.Of(logEntry.Formatter?.Invoke(logEntry.State, logEntry.Exception), MaxMessageLength);
        int more = 0;
        if (libraries?.LeavesOut(logEntry.Category, logEntry.LogLevel, message, out more) == true)
        {
            return; // the console writes nothing for it
        }

        Exception? exception = logEntry.Exception is { } thrown ? new VisibleException(thrown) : null;
        if (exception is not null && libraries?.IsBrief(logEntry.Category, logEntry.LogLevel, logEntry.Exception!) == true)
        {
            message = $"{message.TrimEnd('.', ' ')}: {VisibleException.Brief(logEntry.Exception!)}";
            exception = null;
        }

        if (more > 0)
        {
            message += $" ({more} more such lines since the last one; --log-level Debug shows all)";
        }

        var visible = new LogEntry<VisibleFields>(
            logEntry.LogLevel, logEntry.Category, logEntry.EventId, new VisibleFields(message, logEntry.State, _service), exception,
            static (fields, _) => fields.ToString());
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

        /// <summary>The exception and its innermost cause in one line, without stacks.</summary>
        public static string Brief(Exception exception)
        {
            Exception cause = exception.GetBaseException();
            string told = VisibleText.Of(exception.Message.ReplaceLineEndings(" "), MaxMessageLength);
            return ReferenceEquals(cause, exception)
                ? $"{exception.GetType().Name}, {told}"
                : $"{exception.GetType().Name}, {told} ({cause.GetType().Name}, {VisibleText.Of(cause.Message, MaxMessageLength)})";
        }

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
