"""A first assessment, cell by cell: editors and Jupyter (by jupytext) run it as a notebook.

Run it from the folder of the examples: `handprint examples -o .` copies them.
"""

# %% [markdown]
# A case from a published white paper: finer control of aluminium potlines.

# %%
import handprint as hp

case = hp.read("potline.yaml")
case

# %% [markdown]
# Three metrics, each with its interval. NER is the net reduction over the period of the case.

# %%
result = hp.assess(case, draws=2000)
result

# %%
result.to_frame().groupby("scenario")["t_co2e"].sum()

# %% [markdown]
# Some inputs matter more than others: half the saving, and the result of that.

# %%
half = result.again(inputs={"saving": {"value": 75, "unit": "kWh/t"}})
half.metrics["NER"].value / result.metrics["NER"].value

# %% [markdown]
# The same scenario for many sites at once is a data frame: see python.md.

# %%
result.report("potline.pdf", lang="zh")
