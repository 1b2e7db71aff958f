using RendezvousCluster.Protocol.Flavours;

namespace RendezvousCluster.Protocol.Tests.Flavours;

public sealed class FlavourPreferenceTests
{
    [Fact]
    public void Default_is_everything()
    {
        FlavourPreference all = default;

        Assert.Equal(FlavourPreference.All, all);
        Assert.Equal(all, FlavourPreference.Of(RegistrationFlavours.All));
        Assert.True(all.IsSettled);
        Assert.Equal(RegistrationFlavours.All, all.First);
        Assert.Equal(RegistrationFlavours.All, all.Choose(RegistrationFlavours.None));
    }

    [Fact]
    public void First_set_of_which_anything_is_held_is_chosen()
    {
        FlavourPreference preference = FlavourPreference.Of(RegistrationFlavours.BothSigned, RegistrationFlavours.PeerInfo);

        Assert.False(preference.IsSettled);
        Assert.Equal(RegistrationFlavours.BothSigned, preference.Choose(RegistrationFlavours.Standard));
        Assert.Equal(RegistrationFlavours.BothSigned, preference.Choose(RegistrationFlavours.All));
        Assert.Equal(RegistrationFlavours.PeerInfo, preference.Choose(RegistrationFlavours.PeerInfo));
        Assert.Equal(RegistrationFlavours.None, preference.Choose(RegistrationFlavours.None));
    }

    [Fact]
    public void Sets_that_add_nothing_are_left_out()
    {
        FlavourPreference preference = FlavourPreference.Of(
            RegistrationFlavours.None, RegistrationFlavours.Standard, RegistrationFlavours.Standard, (RegistrationFlavours)64);

        Assert.Equal(FlavourPreference.Of(RegistrationFlavours.Standard), preference);
        Assert.True(preference.IsSettled);
    }

    // Nodes tell it to one another.
    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(0x412u)]
    [InlineData(0x43u)]
    public void Code_is_read_again(uint code) => Assert.Equal(code, FlavourPreference.FromCode(code).Code);

    [Theory]
    [InlineData(uint.MaxValue, 0u)]
    [InlineData(0x10u, 1u)]
    [InlineData(0xF0002u, 2u)]
    public void Unknown_code_is_read_as_far_as_it_can_be(uint code, uint read) => Assert.Equal(read, FlavourPreference.FromCode(code).Code);
}
