using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using RendezvousCluster.Registry.Journal;

namespace RendezvousCluster.Registry.Tests.Journal;

/// <summary>A database server that says nothing, and a driver that needs its thread to give up, as drivers do.</summary>
internal sealed class SilentServer : IDatabaseServer
{
    private readonly TaskCompletionSource<bool> _gaveUpOnPool = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the caller cancels the driver's wait; says whether a thread of the pool did it.</summary>
    public Task<bool> GaveUpOnPool => _gaveUpOnPool.Task;

    public string Provider => "silent";

    public bool FreesRowsOfLostNodes => false;

    public string ConfigurationFile => "silent";

    public string ConnectionString => "";

    public string Place => "silent";

    public DbConnection CreateConnection() => new SilentConnection(this);

    public DbConnection CreateSession() => new SilentConnection(this);

    public Task CreateTablesAsync(DbConnection connection, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task LimitSilenceAsync(DbConnection connection, TimeSpan longestSilence, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    public Task EnterMemberAsync(DbConnection connection, string store, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<bool> TryTakeSeatAsync(DbConnection connection, string store, CancellationToken cancellationToken) =>
        Task.FromResult(false);

    public Task LeaveSeatAsync(DbConnection connection, string store, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<bool> HasMembersAsync(DbConnection connection, string store, CancellationToken cancellationToken) => Task.FromResult(false);

    public Task<int> CountMembersAsync(DbConnection connection, string store, CancellationToken cancellationToken) => Task.FromResult(0);

    public string Explain(Exception exception) => exception.Message;

    public void ClearPool()
    {
    }

    private sealed class SilentConnection(SilentServer server) : DbConnection
    {
        [AllowNull]
        public override string ConnectionString { get; set; } = "";

        public override string Database => "";

        public override string DataSource => "";

        public override string ServerVersion => "";

        public override ConnectionState State => ConnectionState.Connecting;

        public override async Task OpenAsync(CancellationToken cancellationToken)
        {
            var silence = new TaskCompletionSource();
            await using CancellationTokenRegistration registration = cancellationToken.Register(() =>
            {
                server._gaveUpOnPool.TrySetResult(Thread.CurrentThread.IsThreadPoolThread);
                silence.TrySetCanceled(cancellationToken);
            });
            await silence.Task;
        }

        public override void Open() => throw new NotSupportedException();

        public override void Close()
        {
        }

        public override void ChangeDatabase(string databaseName) => throw new NotSupportedException();

        protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => throw new NotSupportedException();

        protected override DbCommand CreateDbCommand() => throw new NotSupportedException();
    }
}
