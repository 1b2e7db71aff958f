using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Registry;
using RendezvousCluster.Registry.Hosting;

namespace RendezvousCluster.Benchmarks;

/// <summary>
/// How long a server takes to answer for namespaces that its process has never read, over the wire, on the files that a kill -9 leaves:
/// a copy of those of a registry that lives.
/// </summary>
internal static class ColdBenchmarks
{
    private const int InFlight = 256;
    private const int Page = 1;

    private static readonly TimeSpan TryPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Measures.</summary>
    /// <param name="runs">How often.</param>
    /// <param name="registrations">In all namespaces together.</param>
    /// <param name="namespaces">How many.</param>
    /// <param name="peers">How many ask at the same time.</param>
    /// <param name="fromEvents">Whether the server has no snapshots to begin with.</param>
    /// <param name="folder">Where the program of the server is; the one beside this program when null.</param>
    public static async Task RunAsync(int runs, int registrations, int namespaces, int peers, bool fromEvents, string? folder)
    {
        string directory = Directory.CreateTempSubdirectory("rendezvous-bench-cold-").FullName;
        try
        {
            string[] names = [.. Enumerable.Range(0, namespaces).Select(index => $"cold-{index}")];
            await FillAsync(directory, names, registrations / namespaces);
            if (fromEvents)
            {
                ForgetSnapshots(directory);
            }

            string what = $"{registrations} registrations in {namespaces} namespaces{(fromEvents ? ", events alone" : string.Empty)}";
            var first = new Measurements($"{what}, first answer", "ms");
            var all = new Measurements($"{what}, last answer", "ms");
            var refused = new Measurements("  refused and asked again", "requests");
            var cpu = new Measurements("  server CPU", "ms");
            for (int run = 0; run < runs; run++)
            {
                await using ServerUnderTest server = await ServerUnderTest.StartAsync(
                    memoryDatabase: false, await CopyOfAsync(directory), folder);
                RendezvousPeer[] clients = await Load.ConnectAsync(server, Math.Min(peers, namespaces));
                ColdAnswers answers = await AskAllAsync(server, clients, names);
                first.Add(answers.First.TotalMilliseconds);
                all.Add(answers.Last.TotalMilliseconds);
                refused.Add(answers.Refused);
                cpu.Add(answers.ServerCpu.TotalMilliseconds);
                await Load.DisposeAsync(clients);
            }

            Console.WriteLine($"{first}\n{all}\n{refused}\n{cpu}");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<ColdAnswers> AskAllAsync(ServerUnderTest server, RendezvousPeer[] clients, string[] names)
    {
        TimeSpan before = server.CpuTime;
        long began = Stopwatch.GetTimestamp();
        int next = -1;
        int refused = 0;
        long first = long.MaxValue;
        await Task.WhenAll(clients.Select(async client =>
        {
            using var pause = new PeriodicTimer(TryPause);
            for (int index = Interlocked.Increment(ref next); index < names.Length; index = Interlocked.Increment(ref next))
            {
                while (!await IsFoundAsync(client, names[index]))
                {
                    Interlocked.Increment(ref refused);
                    if (Stopwatch.GetElapsedTime(began) > Limit)
                    {
                        throw new TimeoutException($"{names[index]} does not answer.");
                    }

                    await pause.WaitForNextTickAsync();
                }

                if (first == long.MaxValue)
                {
                    Interlocked.CompareExchange(ref first, Stopwatch.GetTimestamp(), long.MaxValue);
                }
            }
        }));
        return new ColdAnswers(
            Stopwatch.GetElapsedTime(began, first), Stopwatch.GetElapsedTime(began), refused, server.CpuTime - before);
    }

    private static async Task<bool> IsFoundAsync(RendezvousPeer client, string name)
    {
        try
        {
            return await client.DiscoverAsync(name, Page) == Page;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static async Task FillAsync(string directory, string[] names, int each)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        builder.Services.AddRendezvousRegistry(options =>
        {
            options.DataDirectory = directory;
            options.Limits = new RegistrationLimits
            {
                MaxRegistrations = int.Max(RegistrationLimits.DefaultMaxPerNamespace * 10, 2 * each * names.Length),
                MaxRegistrationsPerNamespace = int.Max(RegistrationLimits.DefaultMaxPerNamespace, each),
            };
        });
        using IHost host = builder.Build();
        await host.StartAsync();
        await host.Services.GetRequiredService<IRegistryReadiness>().WaitUntilReadyAsync(CancellationToken.None);
        IRegistry registry = host.Services.GetRequiredService<IRegistry>();
        await Parallel.ForEachAsync(
            names.Index(),
            new ParallelOptions { MaxDegreeOfParallelism = Math.Min(names.Length, InFlight) },
            async (name, _) => await new RegistrationLoad(name.Item, each, seed: name.Index)
                .RegisterAllAsync(registry, Math.Max(1, InFlight / names.Length)));

        // A process that is killed leaves this: it has closed nothing.
        string killed = await CopyOfAsync(directory);
        await host.StopAsync();
        Directory.Delete(directory, recursive: true);
        Directory.Move(killed, directory);
    }

    // By a process of its own: SQLite's locks on a file end when any handle on it is closed in the process that has them.
    private static async Task<string> CopyOfAsync(string directory)
    {
        string copy = Directory.CreateTempSubdirectory("rendezvous-bench-cold-").FullName;
        using Process copying = Process.Start("cp", ["-r", $"{directory}/.", copy]);
        await copying.WaitForExitAsync();
        return copying.ExitCode == 0 ? copy : throw new IOException($"{directory} could not be copied.");
    }

    private static void ForgetSnapshots(string directory)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(directory, "snapshots.db")}");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "DELETE FROM snapshot";
        command.ExecuteNonQuery();
    }
}

/// <summary>When a cold server had answered, counted from the first question.</summary>
internal sealed record ColdAnswers(TimeSpan First, TimeSpan Last, int Refused, TimeSpan ServerCpu);
