using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry;
using RendezvousCluster.Registry.Hosting;

namespace RendezvousCluster.Benchmarks;

/// <summary>
/// What a request costs in a namespace of 100 000 registrations, against one of 1 000 beside it, and how long the large one takes to come
/// back. The registry of the server in this process, on SQLite, without the wire.
/// </summary>
internal static class ScaleBenchmarks
{
    private const int Small = 1_000;
    private const int Large = 100_000;
    private const int InFlight = 64;
    private const int PageSize = 100;
    private const int OperationsPerRun = 20_000;

    private static readonly TimeSpan AsleepAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(int runs)
    {
        string directory = Directory.CreateTempSubdirectory("rendezvous-bench").FullName;
        try
        {
            var small = new RegistrationLoad("small", Small);
            var large = new RegistrationLoad("large", Large);
            using (IHost host = await StartAsync(directory))
            {
                IRegistry registry = host.Services.GetRequiredService<IRegistry>();
                await small.RegisterAllAsync(registry, InFlight);
                await large.RegisterAllAsync(registry, InFlight);
                await CompareAsync("REGISTER", runs, small, large, load => load.RefreshAsync(registry, OperationsPerRun, InFlight));
                await CompareAsync(
                    $"DISCOVER of {PageSize}",
                    runs,
                    small,
                    large,
                    load => load.DiscoverAsync(registry, OperationsPerRun, InFlight, PageSize));
                await AsleepAsync(directory);
                await host.StopAsync();
            }

            var recovery = new Measurements($"recovery of {Large} registrations, first DISCOVER after a restart", "ms");
            for (int run = 0; run < runs; run++)
            {
                using IHost host = await StartAsync(directory);
                long start = Stopwatch.GetTimestamp();
                await large.DiscoverOneAsync(host.Services.GetRequiredService<IRegistry>());
                recovery.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                await host.StopAsync();
            }

            Console.WriteLine(recovery);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task CompareAsync(
        string what, int runs, RegistrationLoad small, RegistrationLoad large, Func<RegistrationLoad, Task<TimeSpan>> measure)
    {
        var smallTimes = new Measurements($"{what} among {Small}", "µs");
        var largeTimes = new Measurements($"{what} among {Large}", "µs");
        var ratios = new Measurements($"{what}: {Large} against {Small}", "times");
        await measure(small);
        await measure(large);
        for (int run = 0; run < runs; run++)
        {
            double one = (await measure(small)).TotalMicroseconds / OperationsPerRun;
            double other = (await measure(large)).TotalMicroseconds / OperationsPerRun;
            smallTimes.Add(one);
            largeTimes.Add(other);
            ratios.Add(other / one);
        }

        Console.WriteLine(smallTimes);
        Console.WriteLine(largeTimes);
        Console.WriteLine(ratios);
    }

    // A namespace that falls asleep leaves a snapshot behind from which few events are missing.
    private static async Task AsleepAsync(string directory)
    {
        using var timeout = new CancellationTokenSource(WaitLimit);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (Last(directory, "journal") - Last(directory, "snapshot") >= CompactionSettings.Default.MinEventsBetweenSnapshots)
        {
            await tick.WaitForNextTickAsync(timeout.Token);
        }
    }

    // Of the journal that has the most events: the large namespace's.
    private static long Last(string directory, string table)
    {
        string file = table == "journal" ? "journal.db" : "snapshots.db";
        using var connection = new SqliteConnection($"Data Source={Path.Combine(directory, file)};Mode=ReadOnly");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = $"SELECT MAX(sequence_number) FROM {table}";
        return command.ExecuteScalar() is long last ? last : 0;
    }

    private static async Task<IHost> StartAsync(string directory)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        builder.Services.AddRendezvousRegistry(options =>
        {
            options.DataDirectory = directory;
            options.NamespaceIdleTimeout = AsleepAfter;
        });
        IHost host = builder.Build();
        await host.StartAsync();
        await host.Services.GetRequiredService<IRegistryReadiness>().WaitUntilReadyAsync(CancellationToken.None);
        return host;
    }
}
