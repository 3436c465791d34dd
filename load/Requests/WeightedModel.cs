namespace Gateway.Load.Requests;

/// <summary>A model and its share of the mix.</summary>
internal sealed record WeightedModel(string Name, double Weight)
{
    public static WeightedModel Pick(IReadOnlyList<WeightedModel> models, Random random)
    {
        double point = random.NextDouble() * models.Sum(model => model.Weight);
        foreach (WeightedModel model in models)
        {
            point -= model.Weight;
            if (point < 0)
                return model;
        }

        return models[^1];
    }
}
