using System.Data;
using System.Data.Common;

namespace RendezvousCluster.Registry.Journal;

/// <summary>Puts a command together in one expression.</summary>
internal static class Statement
{
    /// <summary>A command with a text.</summary>
    internal static DbCommand NewCommand(this DbConnection connection, string text, DbTransaction? transaction = null)
    {
        DbCommand command = connection.CreateCommand();
        command.CommandText = text;
        command.Transaction = transaction;
        return command;
    }

    /// <summary>Adds a number.</summary>
    internal static DbCommand With(this DbCommand command, string name, long value) => command.With(name, DbType.Int64, value);

    /// <summary>Adds a text.</summary>
    internal static DbCommand With(this DbCommand command, string name, string value) => command.With(name, DbType.String, value);

    /// <summary>Adds a parameter.</summary>
    internal static DbCommand With(this DbCommand command, string name, DbType type, object value)
    {
        DbParameter parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.DbType = type;
        parameter.Value = value;
        command.Parameters.Add(parameter);
        return command;
    }

    /// <summary>Whether it answers with a row.</summary>
    internal static async Task<bool> HasRowAsync(this DbCommand command, CancellationToken cancellationToken) =>
        await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not null;
}
